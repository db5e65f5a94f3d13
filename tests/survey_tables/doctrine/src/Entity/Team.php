<?php

namespace App\Entity;

use Doctrine\ORM\Mapping as ORM;

/**
 * A team.
 *
 * @ORM\Entity(repositoryClass="App\Repository\TeamRepository")
 * @ORM\Table(
 *     name="teams",
 *     schema="crm",
 *     indexes={@ORM\Index(name="by_title", columns={"title"})},
 *     uniqueConstraints={@ORM\UniqueConstraint(columns={"title", "lead_id"})}
 * )
 */
class Team
{
    /**
     * @ORM\Id
     * @ORM\Column(type="integer")
     * @ORM\GeneratedValue
     */
    private $id;

    /**
     * @var string
     *
     * @ORM\Column(type="string", length=255, nullable=true, options={"default": "none"})
     */
    private $title;

    /**
     * @ORM\ManyToOne(targetEntity="Person", inversedBy="teams")
     * @ORM\JoinColumn(name="lead_id", referencedColumnName="id", onDelete="SET NULL")
     */
    private $lead;
}
