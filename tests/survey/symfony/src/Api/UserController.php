<?php

namespace App\Api;

use FOS\RestBundle\Controller\Annotations as Rest;
use Symfony\Component\Routing\Annotation\Route;

#[Route('/users')]
class UserController
{
    #[Rest\Get('/{id}', name: 'user')]
    #[Rest\View]
    public function one()
    {
    }

    #[Rest\Post]
    public function create()
    {
    }

    #[Rest\Delete(path: '/{id}', requirements: ['id' => '\d+'])]
    public function remove()
    {
    }

    #[Route('/%app.locale%/names')]
    public function names()
    {
    }
}
