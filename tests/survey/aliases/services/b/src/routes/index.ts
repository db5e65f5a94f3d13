import { Router } from 'express'

const router = Router()
router.get('/of-b', handle)
export default router
